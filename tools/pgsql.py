"""Run SQL with psycopg2. Executed by the environment's Python, not imported by bde.

Reads a JSON list of [statement, parameters] on standard input, runs each in
autocommit (so that CREATE DATABASE works) and prints the last result as JSON.
The server is the one of the usual PG* variables.
"""

import json
import sys

import psycopg2


def main():
    connection = psycopg2.connect("")
    connection.autocommit = True
    rows = []
    with connection.cursor() as cursor:
        for statement, parameters in json.load(sys.stdin):
            cursor.execute(statement, parameters or None)
            rows = cursor.fetchall() if cursor.description else []
    json.dump(rows, sys.stdout, default=str)


if __name__ == "__main__":
    try:
        main()
    except psycopg2.Error as error:
        sys.exit(str(error).strip())
