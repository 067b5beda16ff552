/** How work waits for its turn: one after the other, and again after a pause. Every package may know it; it knows no other package. */
package io.livedub.work;
