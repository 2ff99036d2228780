package io.bulwark.lab.explain.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Explained;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Refused;
import io.bulwark.lab.explain.serve.Explaining.Explanation;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplainDeskTest {

    private static final String SECRET = "a secret of both that is long enough";

    private final PreviewTokens tokens = new PreviewTokens(SECRET, Clock.systemUTC());
    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private ExplainDesk desk;

    @AfterEach
    void close() {
        release.countDown();
        desk.close();
    }

    @Test
    void theSameQuestionIsAnsweredOnceAndRemembered() {
        open(2, Duration.ofSeconds(20), this::explain);

        assertThat(ask(1)).isInstanceOf(Explained.class);
        assertThat(ask(1)).isInstanceOf(Explained.class);
        assertThat(made).hasValue(1);

        assertThat(ask(2)).isInstanceOf(Explained.class);
        assertThat(made).hasValue(2);
    }

    @Test
    void beyondTheRoomOthersAreToldToComeAgain() {
        open(1, Duration.ofSeconds(20), this::explainLater);
        CompletableFuture<ExplainAnswer> first = CompletableFuture.supplyAsync(() -> ask(1));
        Awaitility.await().until(() -> made.get() == 1);
        CompletableFuture<ExplainAnswer> second = CompletableFuture.supplyAsync(() -> ask(2));

        Awaitility.await()
                .untilAsserted(() -> assertThat(ask(3)).isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(HttpRefusal.BUSY);
                    assertThat(refused.retrySeconds()).isPositive();
                    assertThat(refused.detail()).contains("1 wait");
                }));

        release.countDown();
        assertThat(first.join()).isInstanceOf(Explained.class);
        assertThat(second.join()).isInstanceOf(Explained.class);
    }

    @Test
    void whatIsNotReadyInTimeIsThereWhenItIsAskedForAgain() {
        open(1, Duration.ofMillis(200), this::explainLater);

        assertThat(ask(1))
                .isInstanceOfSatisfying(
                        Refused.class, late -> assertThat(late.kind()).isEqualTo(HttpRefusal.EXPLANATION_OVERDUE));
        release.countDown();

        Awaitility.await().untilAsserted(() -> assertThat(ask(1)).isInstanceOf(Explained.class));
        assertThat(made).hasValue(1);
    }

    @Test
    void whoHasNoTokenIsNotListenedTo() throws IOException {
        open(1, Duration.ofSeconds(20), this::explain);
        InputStream unread = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the body was read");
            }
        };
        String uri = question(new byte[] {1}).uri();

        for (String token : new String[] {null, tokens.sign(uri + "0")}) {
            assertThat(desk.ask(uri, token, unread))
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.kind()).isEqualTo(HttpRefusal.NO_TOKEN));
        }
    }

    @Test
    void anotherBodyThanTheQuestionNamesIsRefused() throws IOException {
        open(1, Duration.ofSeconds(20), this::explain);
        String uri = question(new byte[] {1}).uri();

        assertThat(desk.ask(uri, tokens.sign(uri), new ByteArrayInputStream(new byte[] {2})))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.kind()).isEqualTo(HttpRefusal.MALFORMED_QUESTION));
        assertThat(desk.ask("/explain/x", tokens.sign("/explain/x"), InputStream.nullInputStream()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.kind()).isEqualTo(HttpRefusal.MALFORMED_QUESTION));
        assertThat(made).hasValue(0);
    }

    @Test
    void whatCannotBeExplainedIsNamedAndNotRemembered() {
        open(1, Duration.ofSeconds(20), (picture, tenant) -> {
            made.incrementAndGet();
            if (picture[0] == 1) {
                return Optional.empty();
            }
            if (picture[0] == 2) {
                throw new OneSidedBankException("the references are of [unflagged] alone");
            }
            if (picture[0] == 3) {
                throw new IllegalArgumentException("a defect");
            }
            throw new IllegalStateException("another defect");
        });

        assertThat(List.of(kind(1), kind(2), kind(3), kind(4), kind(1)))
                .containsExactly(
                        HttpRefusal.PICTURE_UNDECODABLE,
                        HttpRefusal.NO_MARGIN,
                        HttpRefusal.FAILED,
                        HttpRefusal.FAILED,
                        HttpRefusal.PICTURE_UNDECODABLE);
        assertThat(made).hasValue(5);
    }

    private HttpRefusal kind(int picture) {
        return ((Refused) ask(picture)).kind();
    }

    private void open(int waiting, Duration deadline, BiFunction<byte[], String, Optional<Explanation>> explaining) {
        desk = new ExplainDesk(
                tokens, explaining, ExplainDesk.thread(waiting), deadline, Clock.systemUTC(), Output.silent());
    }

    private ExplainAnswer ask(int picture) {
        byte[] body = {(byte) picture};
        String uri = question(body).uri();
        try {
            return desk.ask(uri, tokens.sign(uri), new ByteArrayInputStream(body));
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    private static ExplanationQuestion question(byte[] body) {
        return new ExplanationQuestion("default", Sha256.digest(body).hex());
    }

    private Optional<Explanation> explain(byte[] picture, String tenant) {
        made.incrementAndGet();
        return Optional.of(new Explanation(
                "square", "NSFW", 1, 1, List.of(), picture, picture, picture, 0, 0, "encoder", "version"));
    }

    private Optional<Explanation> explainLater(byte[] picture, String tenant) {
        Optional<Explanation> explanation = explain(picture, tenant);
        try {
            release.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return explanation;
    }
}
