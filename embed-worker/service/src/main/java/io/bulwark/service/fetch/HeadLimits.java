package io.bulwark.service.fetch;

import java.io.IOException;
import java.io.InputStream;
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

/**
 * How much a server may say beside the body. Apache's client bounds none of it by itself: a header line, headers, a
 * chunk's line, trailers and interim answers may all go on until the heap is full or the deadline has passed.
 */
final class HeadLimits {

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
        public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
            ClassicHttpResponse response = super.parse(buffer, in);
            interim = response != null && response.getCode() < 200 ? interim + 1 : 0;
            if (interim > INTERIM_ANSWERS) {
                throw new MessageConstraintException("More than " + INTERIM_ANSWERS + " interim answers");
            }
            return response;
        }
    }
}
