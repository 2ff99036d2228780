package io.bulwark.stream.query;

import io.bulwark.stream.runtime.InstanceAddress;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;

/** The other instances. */
public interface Peers {

    /**
     * Asks another instance.
     *
     * @param headers that say for whom it is asked
     * @return what the holder answered, or nothing where it did not answer in time
     */
    Optional<HttpResponse<String>> ask(InstanceAddress holder, Question question, Map<String, String> headers);
}
