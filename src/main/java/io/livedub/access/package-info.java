/** Who may come in by the doors of {@code serve}: the secret, other sites' pages, and what a browser is told to refuse. */
package io.livedub.access;
