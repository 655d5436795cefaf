"""Tasks and competences that the schools tick in the annexes, by MEF.

Short wordings in the manner of the référentiels; a school types or pastes its own.
"""

SALE = (
    (
        "Accueillir le client et découvrir son besoin",
        "Présenter un produit et conclure une vente",
        "Encaisser et prendre congé du client",
        "Mettre en rayon et tenir les linéaires",
        "Réceptionner et contrôler une livraison",
        "Préparer une commande passée en ligne",
    ),
    (
        ("C1", "Conseiller et vendre"),
        ("C2", "Suivre les ventes"),
        ("C3", "Fidéliser la clientèle et développer la relation client"),
    ),
)
OFFICE = (
    (
        "Accueillir les visiteurs et tenir le standard",
        "Rédiger un courrier et un courriel professionnels",
        "Tenir à jour un fichier de clients ou d'usagers",
        "Préparer des devis, des commandes et des factures",
        "Classer et archiver des dossiers",
        "Organiser une réunion ou un déplacement",
    ),
    (
        ("C1", "Gérer des relations avec les clients, les usagers et les adhérents"),
        ("C2", "Organiser et suivre l'activité de production"),
        ("C3", "Administrer le personnel"),
    ),
)
CARE = (
    (
        "Aider aux soins d'hygiène et de confort",
        "Entretenir le cadre de vie de la personne",
        "Préparer et servir une collation",
        "Animer un temps d'activité",
        "Observer et transmettre à l'équipe",
        "Accompagner un déplacement en sécurité",
    ),
    (
        ("C1", "Accompagner la personne dans une approche globale et individualisée"),
        ("C2", "Intervenir auprès de la personne lors des soins et de la vie quotidienne"),
        ("C3", "Travailler et communiquer en équipe pluriprofessionnelle"),
        ("C4", "Réaliser des actions d'éducation à la santé"),
    ),
)
CARS = (
    (
        "Effectuer l'entretien périodique d'un véhicule",
        "Remplacer des éléments du freinage",
        "Contrôler et régler le train avant",
        "Lire les défauts à l'outil de diagnostic",
        "Accueillir le client et restituer le véhicule",
        "Ranger et nettoyer le poste de travail",
    ),
    (
        ("C1", "Communiquer avec le client et la hiérarchie"),
        ("C2", "Préparer son intervention"),
        ("C3", "Réaliser une intervention de maintenance"),
        ("C4", "Établir un diagnostic"),
    ),
)
POWER = (
    (
        "Poser des chemins de câbles et des goulottes",
        "Tirer et raccorder des conducteurs",
        "Câbler un tableau de répartition",
        "Installer des appareillages communicants",
        "Contrôler une installation hors tension",
        "Remettre l'installation au client",
    ),
    (
        ("C1", "Préparer les opérations à réaliser"),
        ("C2", "Réaliser une installation"),
        ("C3", "Mettre en service une installation"),
        ("C4", "Communiquer avec le client"),
    ),
)
NETWORK = (
    (
        "Installer et configurer des postes de travail",
        "Raccorder et tester une baie de brassage",
        "Suivre les demandes des utilisateurs",
        "Sauvegarder et restaurer des données",
        "Appliquer les consignes de sécurité informatique",
        "Documenter une intervention",
    ),
    (
        ("C01", "Communiquer en situation professionnelle"),
        ("C06", "Valider la conformité d'une installation"),
        ("C09", "Installer un réseau informatique"),
        ("C10", "Exploiter un réseau informatique"),
    ),
)
COOKING = (
    (
        "Réceptionner et ranger les denrées",
        "Réaliser les préparations préliminaires",
        "Cuire et dresser les plats du jour",
        "Participer au service et à l'envoi",
        "Nettoyer et désinfecter son poste",
    ),
    (
        ("C1", "Organiser la production"),
        ("C2", "Maîtriser les bases de la cuisine"),
        ("C3", "Cuisiner"),
        ("C4", "Dresser et distribuer les préparations"),
    ),
)
BAKERY = (
    (
        "Peser et pétrir une pâte",
        "Diviser, façonner et mettre en pousse",
        "Cuire les pains courants et spéciaux",
        "Réaliser des viennoiseries",
        "Nettoyer le fournil et le matériel",
    ),
    (
        ("C1", "Organiser le rangement et le stockage des produits"),
        ("C2", "Réaliser les opérations de fabrication"),
        ("C3", "Contrôler la qualité des produits"),
    ),
)
SHOP = (
    (
        "Préparer les commandes et approvisionner le rayon",
        "Vérifier l'étiquetage et les dates",
        "Accueillir et renseigner le client",
        "Encaisser les achats",
        "Tenir propres le magasin et la réserve",
    ),
    (
        ("C1", "Recevoir et suivre les commandes"),
        ("C2", "Mettre en valeur et approvisionner"),
        ("C3", "Conseiller et accompagner le client"),
    ),
)

# MEF -> (tasks, competences)
BY_MEF = {
    "2473121131": SALE,
    "2473121332": SALE,
    "2473000433": OFFICE,
    "2473300732": CARE,
    "2473300733": CARE,
    "2472522231": CARS,
    "2472522432": CARS,
    "2472552032": POWER,
    "2472551933": NETWORK,
    "2472210632": COOKING,
    "2412213722": BAKERY,
    "2413122421": SHOP,
}


def values(mef):
    """Values of ``bde.training.activity`` for a training, in their order."""
    tasks, competences = BY_MEF[mef]
    rows = [{"kind": "task", "name": name} for name in tasks]
    rows += [{"kind": "competence", "code": code, "name": name} for code, name in competences]
    return [row | {"sequence": 10 * (index + 1)} for index, row in enumerate(rows)]
