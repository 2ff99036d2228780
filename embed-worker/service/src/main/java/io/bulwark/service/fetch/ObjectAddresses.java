package io.bulwark.service.fetch;

import java.net.URI;

/** Turns an object's location into the address that it is fetched from. Any thread. */
interface ObjectAddresses {

    /** @throws software.amazon.awssdk.core.exception.SdkException if there are no credentials to sign it with */
    URI of(S3Location location);
}
