"""Made-up words of the data set. Frequent French names; the companies do not exist."""

LASTNAMES = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre "
    "Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau "
    "Vincent Muller Lefèvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François "
    "Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier "
    "Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard "
    "Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt "
    "Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier "
    "Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez "
    "Diallo Traoré Benali Haddad Nguyen Pereira Dasilva Kone Yilmaz Fernandes"
).split()
FIRSTNAMES = (
    "Adam Inès Lucas Léa Hugo Manon Nathan Chloé Enzo Camille Louis Sarah Mathis Emma Théo Jade "
    "Yanis Lina Noah Louise Tom Zoé Rayan Anaïs Maxime Océane Axel Clara Mohamed Eva Antoine Lola "
    "Baptiste Juliette Mathéo Nina Alexandre Romane Clément Maëlle Ethan Ambre Sacha Élise Kylian "
    "Margaux Valentin Yasmine Quentin Solène Evan Léonie Timéo Fatou Gabriel Alicia Samuel Aya "
    "Aaron Justine Ilyès Amélie Victor Salomé Rémi Noémie Dylan Maëva Bastien Célia"
).split()
STREETS = (
    "rue des Forges",
    "avenue de la Gare",
    "rue du Moulin",
    "place de la République",
    "chemin des Vignes",
    "boulevard Jean-Jaurès",
    "rue Victor-Hugo",
    "impasse des Artisans",
    "rue de l'Industrie",
    "allée des Platanes",
)
TOWNS = (
    "Bordeaux Mérignac Pessac Talence Libourne Arcachon Langon Bergerac Périgueux Sarlat Agen "
    "Marmande Pau Bayonne Biarritz Dax Mont-de-Marsan Orthez Blaye Lormont"
).split()
TRADES = (
    "Menuiserie",
    "Électricité",
    "Plomberie",
    "Garage",
    "Boulangerie",
    "Restaurant",
    "Coiffure",
    "Maçonnerie",
    "Transports",
    "Mécanique",
    "Pharmacie",
    "Crèche",
    "Résidence",
    "Imprimerie",
    "Chaudronnerie",
    "Paysage",
)
NAF = ("4332A", "4321A", "4322A", "4520A", "1071C", "5610A", "9602A", "4399C", "4941A", "2562B")
HEADCOUNTS = ("00", "01", "02", "03", "11", "12", "21", "22", "31")
# (name, code, diploma, MEF, CFD): the form of real codes
TRAININGS = (
    ("Métiers de l'électricité", "MELEC", "bac_pro", "2472550521", "40025521"),
    ("Maintenance des véhicules", "MV", "bac_pro", "2472521221", "40025221"),
    ("Soins et services à la personne", "ASSP", "bac_pro", "2473300221", "40033002"),
    ("Métiers de l'accueil", "MA", "bac_pro", "2473340121", "40033401"),
    ("Cuisine", "CUI", "bac_pro", "2472210321", "40022103"),
    ("Technicien menuisier agenceur", "TMA", "bac_pro", "2472340421", "40023404"),
    ("Gestion-administration", "AGORA", "bac_pro", "2473240121", "40032401"),
    ("Installateur thermique", "IT", "cap", "2412270121", "50022701"),
)
TASKS = (
    "Préparer le poste de travail",
    "Lire un plan ou une fiche",
    "Contrôler une réalisation",
    "Accueillir un client",
    "Tenir un stock",
    "Rendre compte oralement",
    "Appliquer les règles de sécurité",
    "Ranger et nettoyer",
)
