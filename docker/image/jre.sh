#!/bin/sh
# Makes a Java runtime with the modules that the worker uses, in $1: a third of Debian's. The class archive of the JVM itself is made too,
# since the worker's own archive is a layer over it.
set -eu

# jdk.crypto.ec: TLS. jdk.naming.dns: SRV records. jdk.jfr: a recording from a running worker. jdk.jcmd is left out: it needs the JDK.
MODULES=java.base,java.compiler,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,java.rmi,java.scripting
MODULES=$MODULES,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml
MODULES=$MODULES,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

jlink --no-header-files --no-man-pages --strip-java-debug-attributes --add-modules "$MODULES" --output "$1"
"$1/bin/java" -Xshare:dump >/dev/null
