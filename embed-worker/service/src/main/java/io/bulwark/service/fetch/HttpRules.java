package io.bulwark.service.fetch;

import java.net.URI;
import java.util.Optional;

/** What differs between the open web, where an uploader names the server, and a store that the operator named. */
interface HttpRules {

    /** Why an address may not be asked; empty where it may. Asked again of each redirect's target. */
    Optional<FetchResult.Refused> forbids(URI uri);

    /** Whether an answer that names another address is followed there. */
    boolean followsRedirects();

    /** What an answer other than 200, and other than a redirect that is followed, means. */
    FetchResult.Refused refusal(int status);
}
