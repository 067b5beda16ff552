/** One URL for viewers: an HLS playlist with a menu of languages, made of the media server's own HLS (docs: languages). */
package io.livedub.playlist;
