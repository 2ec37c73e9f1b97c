# SPDX-License-Identifier: Apache-2.0
"""A queue server as the field writes it: Flask before SQLite, by gunicorn. Each call is committed
(synchronous=FULL) before it is answered.

  QUEUE_DATABASE=queue.db gunicorn --worker-class gthread --workers 2 --threads 8 queue_server:app"""

import os
import sqlite3
import threading

import flask

app = flask.Flask(__name__)
of_thread = threading.local()


def base():
    if not hasattr(of_thread, "base"):
        of_thread.base = sqlite3.connect(
            os.environ["QUEUE_DATABASE"], isolation_level=None, timeout=30)
        of_thread.base.executescript("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS tickets (
                id INTEGER PRIMARY KEY, number TEXT NOT NULL, state TEXT NOT NULL, booth INTEGER);
            CREATE INDEX IF NOT EXISTS waiting ON tickets (state, id);
            CREATE TABLE IF NOT EXISTS booths (booth INTEGER PRIMARY KEY, ticket INTEGER);
            """)
    return of_thread.base


@app.post("/booths/<int:booth>/call")
def call(booth):
    run = base().execute
    run("BEGIN IMMEDIATE")
    run("UPDATE tickets SET state = 'finished' "
        "WHERE id = (SELECT ticket FROM booths WHERE booth = ?)", (booth,))
    found = run("SELECT id, number FROM tickets WHERE state = 'waiting' ORDER BY id LIMIT 1").fetchone()
    if found is None:
        run("COMMIT")
        return flask.jsonify(number=None), 404
    run("UPDATE tickets SET state = 'called', booth = ? WHERE id = ?", (booth, found[0]))
    run("INSERT OR REPLACE INTO booths VALUES (?, ?)", (booth, found[0]))
    run("COMMIT")
    return flask.jsonify(number=found[1])


@app.post("/tickets")
def take():
    run = base().execute
    run("BEGIN IMMEDIATE")
    count = run("SELECT count(*) FROM tickets").fetchone()[0]
    number = f"A{count % 999 + 1:03d}"
    run("INSERT INTO tickets (number, state) VALUES (?, 'waiting')", (number,))
    run("COMMIT")
    return flask.jsonify(number=number), 201
