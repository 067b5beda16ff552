/** Makes one HLS playlist with a menu of languages out of the media server's own HLS (docs: languages). */
package io.livedub.playlist;
