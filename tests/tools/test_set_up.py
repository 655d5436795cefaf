"""What start refuses and where it puts things, without starting anything."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import files, odoo_source, paths, ports, postgres, ui


def make_odoo(folder, version):
    package = folder / "odoo"
    package.mkdir(parents=True)
    (package / "release.py").write_text(f"version_info = ({version})\n")
    web = folder / "addons/web"
    web.mkdir(parents=True)
    (web / "__manifest__.py").write_text("{}")
    return folder


def test_a_checkout_of_19_0_is_taken(tmp_path, monkeypatch):
    make_odoo(tmp_path, "19, 0, 0, FINAL, 0, ''")
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    found = odoo_source.find_odoo(tmp_path / "cache")
    assert found.version == "19.0.0"
    assert found.addons == [tmp_path / "addons"]
    assert found.python_path == tmp_path


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("18, 0, 0, FINAL, 0, ''", "18.0.0"),
        ("19, 1, 0, ALPHA, 1, ''", "19.1.0"),
        ("'saas~19', 2, 0, FINAL, 0, ''", "saas~19.2.0"),
    ],
)
def test_another_version_is_refused_by_name(tmp_path, monkeypatch, version, told):
    make_odoo(tmp_path, version)
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(ui.BdeError, match=f"Odoo {told} trouvé"):
        odoo_source.find_odoo(tmp_path / "cache")


def test_a_folder_without_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(ui.BdeError, match="pas d'Odoo dans"):
        odoo_source.find_odoo(tmp_path / "cache")


def test_the_stub_is_written_once_and_only_where_missing(tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail/__manifest__.py").write_text("{}")
    odoo_source._stub(tmp_path)
    stub = tmp_path / odoo_source.STUB
    assert stub.exists()
    stub.write_text("real")
    odoo_source._stub(tmp_path)
    assert stub.read_text() == "real"


def test_a_taken_port_is_told_with_another_one():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(ui.BdeError, match=rf"port {port} est déjà pris.*{port + 1}"):
            ports.wanted(port)
        assert ports.free(port) != port


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(ui.BdeError, match="n'est pas un port"):
        ports.wanted(port)


def test_data_folder_of_a_user_is_below_home():
    found = paths.data_dir({"HOME": "/home/ada"}, Path("/src/bde"), uid=1000)
    assert found.parent == Path("/home/ada/.local/share/bde")
    assert found.name.startswith("bde-")


def test_data_folder_follows_xdg_and_bde_data():
    environ = {"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}
    assert paths.data_dir(environ, Path("/src/bde"), uid=1000).parent == Path("/data/bde")
    environ["BDE_DATA"] = "/elsewhere"
    assert paths.data_dir(environ, Path("/src/bde"), uid=1000) == Path("/elsewhere")


def test_data_folder_of_root_is_open_to_postgresql():
    found = paths.data_dir({"HOME": "/root", "XDG_DATA_HOME": "/root/x"}, Path("/s"), uid=0)
    assert found.parent == Path("/var/lib/bde")


def test_two_checkouts_have_two_data_folders():
    environ = {"HOME": "/home/ada"}
    one = paths.data_dir(environ, Path("/a/bde"), uid=1000)
    two = paths.data_dir(environ, Path("/b/bde"), uid=1000)
    assert one != two and one.parent == two.parent


def test_cache_is_shared_and_movable():
    assert paths.cache_dir({"HOME": "/home/ada"}) == Path("/home/ada/.cache/bde")
    assert paths.cache_dir({"HOME": "/h", "XDG_CACHE_HOME": "/c"}) == Path("/c/bde")
    assert paths.cache_dir({"HOME": "/h", "BDE_CACHE": "/z"}) == Path("/z")


def test_a_full_disk_is_told_before_it_is_full(tmp_path):
    with pytest.raises(ui.BdeError, match="Disque plein"):
        files.need_space(tmp_path / "not/yet/there", 10**9)


def test_an_interrupted_folder_is_never_taken_for_a_whole_one(tmp_path):
    target = tmp_path / "odoo"
    with pytest.raises(KeyboardInterrupt), files.build_folder(target) as temporary:
        (temporary / "half").touch()
        raise KeyboardInterrupt
    assert not target.exists()
    with files.build_folder(target) as temporary:
        (temporary / "whole").touch()
    assert [path.name for path in target.iterdir()] == ["whole"]


def test_a_failed_command_shows_the_end_of_its_log(tmp_path):
    script = "print('first'); print('the reason'); raise SystemExit(3)"
    with pytest.raises(ui.BdeError, match="(?s)Rien ne va.*the reason"):
        files.run_logged([sys.executable, "-c", script], tmp_path / "log", "Rien ne va")


def test_a_full_disk_explains_a_failed_command(tmp_path):
    script = "print('OSError: [Errno 28] No space left on device'); raise SystemExit(1)"
    with pytest.raises(ui.BdeError, match="Disque plein"):
        files.run_logged([sys.executable, "-c", script], tmp_path / "log", "Rien ne va")


def test_the_routine_of_odoo_is_left_out_of_an_excerpt(tmp_path):
    log = tmp_path / "log"
    log.write_text(
        "ValueError: the reason\n"
        "2026-11-21 19:12:03,651 10402 INFO bde odoo.service.server: Initiating shutdown\n"
    )
    assert files.excerpt(log) == "    | ValueError: the reason"


def test_a_socket_name_fits_the_kernel_limit(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    deep = tmp_path.joinpath(*["a-long-folder-name"] * 8)
    assert len(str(postgres.socket_folder(deep))) + len("/.s.PGSQL.5432") <= 107
    assert postgres.socket_folder(Path("/data/pg")) == Path("/data/pg/socket")


def test_pg_variables_of_ours_are_not_a_server_of_the_users():
    assert postgres.is_external({"PGHOST": "db"})
    assert not postgres.is_external({"PGHOST": "/s", "BDE_PRIVATE_POSTGRES": "1"})
    assert not postgres.is_external({"PGUSER": "ada"})


def test_the_role_postgres_is_refused(monkeypatch):
    monkeypatch.setenv("PGHOST", "db")
    monkeypatch.setenv("PGUSER", "postgres")
    with pytest.raises(ui.BdeError, match="rôle postgres"):
        postgres._external_env()


def test_without_server_programs_the_command_to_type_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "server_programs", lambda: None)
    monkeypatch.setattr("os.getuid", lambda: 1000)
    with pytest.raises(ui.BdeError, match="sudo apt-get install .*postgresql"):
        postgres._install(tmp_path, tmp_path, "start")


def test_a_second_run_waits_for_the_first(tmp_path):
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from tools.files import locked\n"
        "with locked(sys.argv[2]):\n print('in', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(paths.ROOT), str(tmp_path / "lock")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen(command, **pipes) as second:
            assert "attente" in second.stdout.readline()
            first.stdin.close()
            assert second.stdout.readline() == "in\n"
            second.stdin.close()
