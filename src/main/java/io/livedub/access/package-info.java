/** Guards the doors of {@code serve}: checks the secret, refuses other sites' pages, and tells browsers what to refuse. */
package io.livedub.access;
