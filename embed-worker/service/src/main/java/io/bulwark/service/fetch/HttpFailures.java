package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.fetch.AddressGuard.VettedDns.ForbiddenAddressException;
import io.bulwark.service.fetch.FetchResult.Scope;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;

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

    /**
     * How much a server may say beside the body. Apache's client bounds none of it by itself: a header line, headers, a
     * chunk's line, trailers and interim answers may all go on until the heap is full or the deadline has passed.
     */
    static final class HeadLimits {

        /** Bytes of one line, its end included: status, header, trailer, or a chunk's size with its extensions. */
        static final int LINE_BYTES = 8192;

        /** Headers of one head, and trailers of one body. */
        static final int HEADERS = 100;

        /** Interim answers (1xx) before the answer; browsers meet two at most, 100 and 103. */
        static final int INTERIM_ANSWERS = 10;

        private static final Http1Config CONFIG = Http1Config.custom()
                .setMaxLineLength(LINE_BYTES)
                // The parser throws once it has as many as this.
                .setMaxHeaderCount(HEADERS + 1)
                .build();

        private HeadLimits() {}

        /** Makes connections that hold servers to the limits, and that skip no nonsense in front of the status line. */
        static ManagedHttpClientConnectionFactory connections() {
            return ManagedHttpClientConnectionFactory.builder()
                    .http1Config(CONFIG)
                    .responseParserFactory(new Parsers())
                    .build();
        }

        /** Whether a server went beyond the limits, or what it sent is no HTTP; it would do so again. */
        static boolean brokenBy(IOException failure) {
            return failure instanceof MessageConstraintException
                    || failure instanceof MalformedChunkCodingException
                    || failure instanceof ClientProtocolException;
        }

        private static final class Parsers extends DefaultHttpResponseParserFactory {
            @Override
            public HttpMessageParser<ClassicHttpResponse> create() {
                return new Parser();
            }
        }

        /** One connection's; counts here because the client's callback for interim answers is not told of 100. */
        private static final class Parser extends DefaultHttpResponseParser {

            private int interim;

            Parser() {
                super(CONFIG);
            }

            @Override
            public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
                    throws IOException, HttpException {
                ClassicHttpResponse response = super.parse(buffer, in);
                interim = response != null && response.getCode() < 200 ? interim + 1 : 0;
                if (interim > INTERIM_ANSWERS) {
                    throw new MessageConstraintException("More than " + INTERIM_ANSWERS + " interim answers");
                }
                return response;
            }
        }
    }
}
