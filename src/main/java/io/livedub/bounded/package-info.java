/** Reading from peers within limits of size and time: what is read here is bounded before it is parsed. */
package io.livedub.bounded;
