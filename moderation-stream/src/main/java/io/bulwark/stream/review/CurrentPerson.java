package io.bulwark.stream.review;

/** Says who sent the present request. The login implements it. */
@FunctionalInterface
public interface CurrentPerson {

    /** The person; only on a thread that serves a request. */
    Person get();
}
