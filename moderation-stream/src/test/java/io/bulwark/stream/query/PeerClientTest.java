package io.bulwark.stream.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.stream.query.Peers.PeerClient;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.runtime.InstanceAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerClientTest {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PeerClient client = new PeerClient(Duration.ofMillis(400), new InstanceAddress("me", 8080));
    private HttpServer holder;
    private InstanceAddress address;

    @BeforeEach
    void start() throws IOException {
        holder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        holder.setExecutor(threads);
        holder.createContext("/", this::answer);
        holder.start();
        address = new InstanceAddress("127.0.0.1", holder.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        released.countDown();
        holder.stop(0);
        threads.shutdown();
    }

    @Test
    void theQuestionSaysThatItHasHoppedAndWhoAsks() {
        client.ask(address, Question.of("verdicts", "i"), Map.of());
        assertThat(asked).containsExactly("/api/v1/verdicts/i hop me:8080");
    }

    @Test
    void aKeyWithAnyCharactersIsOneSegmentOfThePath() {
        client.ask(address, Question.of("verdicts", "a/b?c=d&é #%"), Map.of());
        assertThat(asked).containsExactly("/api/v1/verdicts/a%2Fb%3Fc%3Dd%26%C3%A9%20%23%25 hop me:8080");
    }

    @Test
    void whatIsAskedOfAKeyFollowsIt() {
        client.ask(address, new Question("uploaders", "a/b", "audits"), Map.of());
        assertThat(asked).containsExactly("/api/v1/uploaders/a%2Fb/audits hop me:8080");
    }

    @Test
    void aListIsAskedForWithItsQuery() {
        client.ask(address, Question.list("decisions", "limit=5&after=a").of("shop & co"), Map.of());
        assertThat(asked).containsExactly("/api/v1/decisions?limit=5&after=a&tenant=shop%20%26%20co hop me:8080");
    }

    @Test
    void theAnswerComesBackAsTheHolderGaveIt() {
        Optional<HttpResponse<String>> answer = client.ask(address, Question.of("verdicts", "missing"), Map.of());
        assertThat(answer).hasValueSatisfying(response -> {
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).isEqualTo("nothing");
        });
    }

    @Test
    void anInstanceWithAnIpv6AddressIsReached() throws IOException {
        var loopback = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "this machine has no IPv6");
        HttpServer six = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        six.createContext("/", this::answer);
        six.start();
        var there = InstanceAddress.parse("[::1]:" + six.getAddress().getPort());
        var patient = new PeerClient(Duration.ofSeconds(10), new InstanceAddress("me", 8080));
        assertThat(patient.ask(there, Question.of("verdicts", "i"), Map.of())).isPresent();
        six.stop(0);
    }

    @Test
    void itSaysForWhomItAsks() {
        client.ask(address, Question.of("verdicts", "i"), Map.of("Bulwark-Hop-Token", "signed"));
        assertThat(asked).containsExactly("/api/v1/verdicts/i hop me:8080 for signed");
    }

    @Test
    void aRedirectIsNotFollowed() {
        assertThat(client.ask(address, Question.of("verdicts", "redirect"), Map.of()))
                .hasValueSatisfying(
                        response -> assertThat(response.statusCode()).isEqualTo(302));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aHolderThatDoesNotAnswerInTimeIsNoAnswer() {
        assertThat(client.ask(address, Question.of("verdicts", "slow"), Map.of()))
                .isEmpty();
    }

    @Test
    void aHolderThatIsNotThereIsNoAnswer() {
        holder.stop(0);
        assertThat(client.ask(address, Question.of("verdicts", "i"), Map.of())).isEmpty();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        asked.add(exchange.getRequestURI() + " hop "
                + exchange.getRequestHeaders().getFirst(PeerClient.HOP_HEADER)
                + (exchange.getRequestHeaders().containsKey("Bulwark-Hop-Token")
                        ? " for " + exchange.getRequestHeaders().getFirst("Bulwark-Hop-Token")
                        : ""));
        if (path.endsWith("slow")) {
            try {
                released.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (path.endsWith("redirect")) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
        }
        byte[] body = "nothing".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(path.endsWith("redirect") ? 302 : 404, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
