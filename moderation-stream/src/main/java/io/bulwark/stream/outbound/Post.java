package io.bulwark.stream.outbound;

import java.net.http.HttpRequest;
import java.util.concurrent.CompletableFuture;

/** Sends a request. Any thread; the answer may come on any other. */
interface Post {

    /** Never fails: what goes wrong is an {@link Answer}. */
    CompletableFuture<Answer> send(HttpRequest request);
}
