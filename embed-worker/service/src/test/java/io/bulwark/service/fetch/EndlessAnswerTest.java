package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.testing.TestConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers whose heads, chunk lines and trailers never end. Each is left long before the deadline, and asked once. */
class EndlessAnswerTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String BLOCK = "x".repeat(1024);

    /** Far more than 100 headers of 8 KB and the sockets' buffers. */
    private static final long MOST_SENT = 16L << 20;

    enum Endless {
        STATUS_LINE("HTTP/1.1 200 ", BLOCK),
        LINES_BEFORE_THE_STATUS("", "nonsense\r\n"),
        EMPTY_LINES_BEFORE_THE_STATUS("", "\r\n"),
        HEADER_LINE(OK + "X-Long: ", BLOCK),
        FOLDED_HEADER(OK + "X-Folded: a\r\n", " " + BLOCK + "\r\n"),
        HEADERS(OK, "X-Another: " + BLOCK + "\r\n"),
        SHORT_HEADERS(OK, "A: b\r\n"),
        CHUNK_SIZE(CHUNKED, "0000"),
        CHUNK_EXTENSION(CHUNKED + "5;ext=", BLOCK),
        TRAILER_LINE(CHUNKED + "1\r\nx\r\n0\r\nX-Long: ", BLOCK),
        TRAILERS(CHUNKED + "1\r\nx\r\n0\r\n", "X-Another: " + BLOCK + "\r\n"),
        INFORMATIONAL("", "HTTP/1.1 100 Continue\r\n\r\n"),
        EARLY_HINTS("", "HTTP/1.1 103 Early Hints\r\nLink: </" + BLOCK + ">\r\n\r\n");

        private final String beginning;
        private final String repeated;

        Endless(String beginning, String repeated) {
            this.beginning = beginning;
            this.repeated = repeated;
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_without_end_is_refused_with_the_limits_and_not_asked_for_again(Endless endless) throws IOException {
        try (RawServer server = new RawServer(endless.beginning, endless.repeated);
                ImageSources sources = sources(server)) {
            FetchResult result = fetch(sources, server);

            assertThat(result).isInstanceOfSatisfying(FetchResult.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.FETCH_FAILED);
                assertThat(refused.detail()).contains("8192 bytes", "100 headers");
            });
            assertThat(server.requests()).isEqualTo(1);
            assertThat(server.sent()).isLessThan(MOST_SENT);
        }
    }

    @Test
    void an_ordinary_answer_in_chunks_with_an_extension_hints_and_a_trailer_is_read() throws IOException {
        String answer = "HTTP/1.1 103 Early Hints\r\nLink: </style>\r\n\r\n" + CHUNKED
                + "3;name=value\r\nabc\r\n2\r\nde\r\n0\r\nX-Checksum: 1\r\n\r\n";
        try (RawServer server = new RawServer(answer, "");
                ImageSources sources = sources(server)) {
            assertThat(fetch(sources, server))
                    .isInstanceOfSatisfying(
                            FetchResult.Fetched.class,
                            fetched -> assertThat(fetched.bytes()).isEqualTo("abcde".getBytes()));
        }
    }

    @Test
    void a_head_at_the_limits_is_read_and_one_header_or_byte_more_is_not() throws IOException {
        assertThat(withHeaders(100, 100)).isInstanceOf(FetchResult.Fetched.class);
        assertThat(withHeaders(101, 100)).isInstanceOf(FetchResult.Refused.class);
        assertThat(withHeaders(2, 8190)).isInstanceOf(FetchResult.Fetched.class);
        assertThat(withHeaders(2, 8191)).isInstanceOf(FetchResult.Refused.class);
    }

    /** An answer with {@code count} headers, each line without its end so long; the first is the content's length. */
    private static FetchResult withHeaders(int count, int lineLength) throws IOException {
        String header = "X: " + "y".repeat(lineLength - 3) + "\r\n";
        String answer = OK + "Content-Length: 1\r\n" + header.repeat(count - 1) + "\r\nz";
        try (RawServer server = new RawServer(answer, "");
                ImageSources sources = sources(server)) {
            return fetch(sources, server);
        }
    }

    private static FetchResult fetch(ImageSources sources, RawServer server) {
        return sources.fetch(new ImageLocation("http://127.0.0.1:" + server.port() + "/file", null, null));
    }

    private static ImageSources sources(RawServer server) {
        return ImageSources.of(
                TestConfig.of(Map.of(
                                "bulwark.fetch.allow", "127.0.0.1",
                                "bulwark.fetch.ports", Integer.toString(server.port()),
                                "bulwark.fetch.deadline", "3s"))
                        .fetch(),
                NanoClock.SYSTEM);
    }

    /**
     * Answers each request on 127.0.0.1 with bytes that no HTTP server would send: a beginning, then one part without
     * end.
     */
    static final class RawServer implements AutoCloseable {

        private final ServerSocket socket;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicLong sent = new AtomicLong();
        private final byte[] beginning;
        private final byte[] repeated;

        /**
         * Starts one.
         *
         * @param beginning sent once
         * @param repeated sent until the client hangs up; nothing where it is empty
         */
        RawServer(String beginning, String repeated) throws IOException {
            this.beginning = beginning.getBytes(StandardCharsets.ISO_8859_1);
            this.repeated = repeated.getBytes(StandardCharsets.ISO_8859_1);
            socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            threads.execute(this::accept);
        }

        int port() {
            return socket.getLocalPort();
        }

        int requests() {
            return requests.get();
        }

        /** Bytes that went out, including bytes in the sockets' buffers. */
        long sent() {
            return sent.get();
        }

        private void accept() {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    threads.execute(() -> answer(client));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private void answer(Socket client) {
            try (client;
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                    OutputStream out = client.getOutputStream()) {
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                requests.incrementAndGet();
                send(out, beginning);
                while (repeated.length > 0) {
                    send(out, repeated);
                }
            } catch (IOException gone) {
                // The client hung up, as it should.
            }
        }

        private void send(OutputStream out, byte[] part) throws IOException {
            out.write(part);
            sent.addAndGet(part.length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
            threads.shutdownNow();
        }
    }
}
