package io.bulwark.stream.runtime;

import org.apache.kafka.streams.state.HostInfo;

/** Where an instance's HTTP port is reached by the others. */
public record InstanceAddress(String host, int port) {

    /** Reads {@code host:port}; the host may be an IPv6 address in brackets. */
    public static InstanceAddress parse(String text) {
        HostInfo info = HostInfo.buildFromEndpoint(text);
        if (info == null) {
            throw new IllegalArgumentException(
                    "bulwark.stream.application-server is '" + text + "', allowed is host:port.");
        }
        return new InstanceAddress(info.host(), info.port());
    }

    /** Whether it is this one that Kafka Streams names. */
    public boolean is(HostInfo info) {
        return host.equals(info.host()) && port == info.port();
    }

    /** As it stands in an address; one of IPv6 is in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
