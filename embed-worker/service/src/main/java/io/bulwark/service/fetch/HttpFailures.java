package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.fetch.FetchResult.Scope;
import io.bulwark.service.fetch.VettedDns.ForbiddenAddressException;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;

/** What a failed exchange means for the verdict. */
final class HttpFailures {

    private HttpFailures() {}

    /** Whether a second try may succeed. */
    static boolean mayPass(IOException failure) {
        return !HeadLimits.brokenBy(failure)
                && !(failure instanceof ForbiddenAddressException)
                && !(failure instanceof UnknownHostException)
                && !(failure instanceof javax.net.ssl.SSLException);
    }

    static boolean mayPass(int status) {
        return status == 429 || status >= 500;
    }

    static FetchResult.Refused of(IOException failure, Deadline deadline) {
        if (failure instanceof ForbiddenAddressException) {
            return new FetchResult.Refused(Reason.LOCATION_FORBIDDEN, failure.getMessage());
        }
        if (failure instanceof InterruptedIOException || deadline.hasPassed()) {
            return timeout(deadline);
        }
        if (failure instanceof UnknownHostException) {
            return new FetchResult.Refused(Reason.LOCATION_NOT_FOUND, "The host's name does not resolve");
        }
        if (HeadLimits.brokenBy(failure)) {
            return new FetchResult.Refused(
                    Reason.FETCH_FAILED,
                    "The server's answer is no HTTP, or goes on beyond the limits of lines (" + HeadLimits.LINE_BYTES
                            + " bytes), of heads and trailers (" + HeadLimits.HEADERS
                            + " headers) and of interim answers ("
                            + HeadLimits.INTERIM_ANSWERS + "): "
                            + failure.getClass().getSimpleName());
        }
        // The message may quote the location; the class does not.
        return new FetchResult.Refused(
                Reason.FETCH_FAILED,
                "The file could not be fetched: " + failure.getClass().getSimpleName(),
                Scope.HOST);
    }

    static FetchResult.Refused of(int status) {
        Reason reason = switch (status) {
            case 404, 410 -> Reason.LOCATION_NOT_FOUND;
            default -> Reason.FETCH_FAILED;
        };
        return new FetchResult.Refused(reason, "The server answered with status " + status, scope(status));
    }

    /**
     * What a status says: a server that is busy or broken says so with 429 and 5xx, every other answer is the
     * location's.
     */
    static Scope scope(int status) {
        if (mayPass(status)) {
            return Scope.HOST;
        }
        return status == 401 || status == 403 ? Scope.DENIED : Scope.LOCATION;
    }

    static FetchResult.Refused timeout(Deadline deadline) {
        return new FetchResult.Refused(
                Reason.FETCH_TIMEOUT,
                "The file did not arrive within " + deadline.allowed().toMillis() + " ms (bulwark.fetch.deadline)",
                Scope.HOST);
    }
}
