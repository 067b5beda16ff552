/**
 * What has arrived of a stream and not aired, on disk, and what a new process makes of it (contract: continuity; format: docs/spool.md).
 */
package io.livedub.spool;
