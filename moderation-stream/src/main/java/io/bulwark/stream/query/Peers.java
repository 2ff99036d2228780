package io.bulwark.stream.query;

import io.bulwark.stream.runtime.InstanceAddress;
import java.net.http.HttpResponse;
import java.util.Optional;

/** The other instances. */
public interface Peers {

    /**
     * Asks another instance.
     *
     * @return what the holder answered, or nothing where it did not answer in time
     */
    Optional<HttpResponse<String>> ask(InstanceAddress holder, Question question);
}
