package io.bulwark.service.fetch;

import java.net.UnknownHostException;

/** A name led to an address that the guard forbids. An {@link UnknownHostException} because HTTP's resolver throws it. */
final class ForbiddenAddressException extends UnknownHostException {

    ForbiddenAddressException(String kind) {
        super("The host resolves to an address that is " + kind
                + "; only public addresses are fetched from, others by the setting bulwark.fetch.allow");
    }
}
