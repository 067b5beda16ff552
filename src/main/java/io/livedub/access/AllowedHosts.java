package io.livedub.access;

import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;

import io.livedub.config.WorkerConfig;

/**
 * The names by which a worker without a secret may be called. A page can make its own name resolve to this machine and then talks to
 * the worker as to its own site; the browser still says the page's name in {@code Host}.
 */
final class AllowedHosts {
    private final Set<HostName> configured;
    private final HostName bound;

    AllowedHosts(WorkerConfig config) {
        this(config.serve().allowedHosts(), config.serve().httpHost());
    }

    /** @param configured empty: loopback and the bound address */
    AllowedHosts(Set<String> configured, String bound) {
        this.configured = configured.stream().map(HostName::new).collect(Collectors.toUnmodifiableSet());
        this.bound = new HostName(bound);
    }

    /**
     * @param authority value of {@code Host}
     * @param local the address at which the connection arrived: bound to 0.0.0.0, the worker listens at each of the machine's addresses.
     *     An address in {@code Host} cannot be rebound, for it is not resolved.
     */
    boolean allow(String authority, String local) {
        return HostName.of(authority)
                .filter(host -> configured.isEmpty() ? isOurs(host, local) : configured.contains(host))
                .isPresent();
    }

    private boolean isOurs(HostName host, String local) {
        return host.isLoopback()
                || (host.equals(bound) && !isWildcard(host))
                || (host.address().isPresent() && host.address().equals(new HostName(local).address()));
    }

    /** "Every address" is no name of the worker; pages have used it to reach loopback. */
    private static boolean isWildcard(HostName host) {
        return host.address().filter(InetAddress::isAnyLocalAddress).isPresent();
    }
}
