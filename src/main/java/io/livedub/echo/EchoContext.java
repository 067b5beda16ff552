package io.livedub.echo;

import io.vertx.core.Vertx;

/** The parts that all connections of one server share. */
record EchoContext(EchoOptions options, Director director, Journal journal, VoiceMaker voice, Vertx vertx) {}
