package io.bulwark.service.fetch;

import java.net.URI;
import java.util.Optional;

/**
 * The open web.
 *
 * @param limits of every fetch
 */
record WebRules(FetchLimits limits) implements HttpRules {

    @Override
    public Optional<FetchResult.Refused> forbids(URI uri) {
        return limits.checkWeb(uri);
    }

    @Override
    public boolean followsRedirects() {
        return true;
    }

    @Override
    public FetchResult.Refused refusal(int status) {
        return HttpFailures.of(status);
    }
}
