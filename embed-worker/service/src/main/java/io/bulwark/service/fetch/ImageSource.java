package io.bulwark.service.fetch;

import io.bulwark.service.lifecycle.Deadline;
import java.net.URI;

/** Gets the bytes behind one kind of location. Never throws for what the location or its server does. Any thread. */
interface ImageSource {

    FetchResult fetch(URI uri, Deadline deadline);
}
