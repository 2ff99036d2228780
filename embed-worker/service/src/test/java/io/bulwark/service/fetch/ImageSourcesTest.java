package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.service.config.FetchConfig;
import io.bulwark.service.fetch.AddressGuard.VettedDns;
import io.bulwark.service.fetch.BodyReader.FetchBudget;
import io.bulwark.service.fetch.HttpSource.WebRules;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSourcesTest {

    private static final byte[] FILE = "a file of twenty-odd bytes".getBytes();

    @AutoClose
    private static WebServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = new WebServer(FILE);
    }

    @Test
    void a_file_is_fetched_and_its_announced_size_and_checksum_are_checked() {
        String sha256 = Sha256.digest(FILE).hex();
        try (ImageSources sources = local(Map.of())) {
            assertThat(fetched(sources.fetch(location("/file", sha256, (long) FILE.length)))
                            .bytes())
                    .isEqualTo(FILE);
            assertThat(fetched(sources.fetch(location("/file", sha256.toUpperCase(), null)))
                            .sha256())
                    .isEqualTo(sha256);
            assertThat(reason(sources.fetch(location("/file", "0".repeat(64), null))))
                    .isEqualTo(Reason.CHECKSUM_MISMATCH);
            assertThat(reason(sources.fetch(location("/file", null, 5L)))).isEqualTo(Reason.SIZE_MISMATCH);
        }
    }

    @Test
    void a_web_location_without_a_checksum_is_refused_where_one_is_required() {
        try (ImageSources sources = local(Map.of("bulwark.fetch.require-sha256", "true"))) {
            assertThat(reason(sources.fetch(location("/file", null, null)))).isEqualTo(Reason.HASH_REQUIRED);
            assertThat(fetched(sources.fetch(
                                    location("/file", Sha256.digest(FILE).hex(), null)))
                            .bytes())
                    .isEqualTo(FILE);
        }
    }

    @Test
    void a_redirect_is_followed_and_a_loop_of_them_is_not() {
        try (ImageSources sources = local(Map.of())) {
            assertThat(fetched(sources.fetch(location("/to-file"))).bytes()).isEqualTo(FILE);
            assertThat(((FetchResult.Refused) sources.fetch(location("/loop"))).detail())
                    .contains("bulwark.fetch.max-redirects");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/to-metadata", "/to-local-name", "/to-other-port", "/to-passwd"})
    void a_redirect_to_where_no_location_may_lead_is_forbidden(String path) {
        try (ImageSources sources = local(Map.of())) {
            assertThat(reason(sources.fetch(location(path)))).isEqualTo(Reason.LOCATION_FORBIDDEN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://images.example:22/x, 22",
        "http://images.example:8080/x, 8080",
        "https://images.example:8443/x, 8443",
        "https://images.example:0/x, 0",
        "https://images.example:99999/x, 99999",
        "http://127.0.0.1:6379/x, 6379",
    })
    void a_port_that_is_not_named_in_the_settings_is_forbidden_and_no_name_is_asked_for(String uri, int port) {
        Map<String, String> allowing = Map.of("bulwark.fetch.allow", "127.0.0.1,images.example");
        try (ImageSources sources = new ImageSources(settings(allowing), NanoClock.SYSTEM, host -> {
            throw new AssertionError("asked for " + host);
        })) {
            assertThat(sources.fetch(new ImageLocation(uri, null, null)))
                    .isInstanceOfSatisfying(FetchResult.Refused.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Reason.LOCATION_FORBIDDEN);
                        assertThat(refused.detail())
                                .contains("port is " + port + ",", "[80, 443]", "bulwark.fetch.ports");
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://images.example/x, '80'",
        "http://images.example:80/x, '80'",
        "http://images.example:443/x, '80,443'",
        "https://images.example/x, '443'",
        "https://images.example:/x, '443'",
        "https://images.example:0443/x, '443'",
        "https://images.example:8443/x, '443,8443'",
    })
    void a_port_that_is_named_is_asked(String uri, String ports) {
        try (ImageSources sources =
                new ImageSources(settings(Map.of("bulwark.fetch.ports", ports)), NanoClock.SYSTEM, host -> {
                    throw new java.net.UnknownHostException(host);
                })) {
            assertThat(reason(sources.fetch(new ImageLocation(uri, null, null))))
                    .isEqualTo(Reason.LOCATION_NOT_FOUND);
        }
    }

    @Test
    void the_connection_goes_to_the_vetted_address_and_no_name_is_resolved_twice() throws Exception {
        int[] asked = new int[1];
        InetAddress[] vetted = {InetAddress.getByName("127.0.0.1")};
        try (ImageSources sources = new ImageSources(settings(at(server.port())), NanoClock.SYSTEM, host -> {
            assertThat(host).isEqualTo("no-such-host.example");
            asked[0]++;
            return vetted;
        })) {
            FetchResult result = sources.fetch(
                    new ImageLocation("http://no-such-host.example:" + server.port() + "/file", null, null));

            assertThat(fetched(result).bytes()).isEqualTo(FILE);
            assertThat(asked[0]).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/file",
                "http://[::1]:%d/file",
                "http://[::ffff:127.0.0.1]:%d/file",
                "http://2130706433:%d/file",
                "http://localhost:%d/file",
                "http://resolves-to-loopback.example:%d/file",
                "http://0.0.0.0:%d/file",
            })
    void no_spelling_of_the_worker_s_own_machine_is_fetched_from(String location) {
        int before = server.requests();
        try (ImageSources sources = new ImageSources(
                settings(Map.of("bulwark.fetch.ports", Integer.toString(server.port()))),
                NanoClock.SYSTEM,
                host -> host.endsWith(".example")
                        ? new InetAddress[] {InetAddress.getByName("127.0.0.1")}
                        : InetAddress.getAllByName(host))) {
            FetchResult result = sources.fetch(new ImageLocation(location.formatted(server.port()), null, null));

            assertThat(reason(result)).isEqualTo(Reason.LOCATION_FORBIDDEN);
            assertThat(server.requests()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://example.com/x, LOCATION_FORBIDDEN",
        "gopher://example.com/x, LOCATION_FORBIDDEN",
        "jar:file:///tmp/x.jar!/y, LOCATION_FORBIDDEN",
        "no uri at all, LOCATION_FORBIDDEN",
        "/etc/passwd, LOCATION_FORBIDDEN",
        "http://user:password@example.com/x, LOCATION_FORBIDDEN",
        "http:///x, LOCATION_FORBIDDEN",
        "file:///etc/passwd, LOCATION_FORBIDDEN",
        "http://missing.invalid/x, LOCATION_NOT_FOUND",
    })
    void a_location_that_is_not_allowed_or_leads_nowhere_is_refused(String uri, Reason reason) {
        try (ImageSources sources = new ImageSources(settings(Map.of()), NanoClock.SYSTEM, host -> {
            throw new java.net.UnknownHostException(host);
        })) {
            assertThat(reason(sources.fetch(new ImageLocation(uri, null, null))))
                    .isEqualTo(reason);
        }
    }

    @Test
    void a_server_s_refusal_is_told_and_only_what_may_pass_is_tried_again() {
        try (ImageSources sources = local(Map.of("bulwark.fetch.attempts", "3"))) {
            assertThat(reason(sources.fetch(location("/missing")))).isEqualTo(Reason.LOCATION_NOT_FOUND);
            int before = server.requests();
            assertThat(reason(sources.fetch(location("/forbidden")))).isEqualTo(Reason.FETCH_FAILED);
            assertThat(server.requests() - before).isEqualTo(1);
            before = server.requests();
            assertThat(reason(sources.fetch(location("/broken")))).isEqualTo(Reason.FETCH_FAILED);
            assertThat(server.requests() - before).isEqualTo(3);
        }
    }

    @Test
    void a_failure_that_passes_is_survived() throws IOException {
        try (WebServer own = new WebServer(FILE);
                ImageSources sources = local(Map.of(), own.port())) {
            FetchResult result = sources.fetch(new ImageLocation(own.address("/twice-broken"), null, null));

            assertThat(fetched(result).bytes()).isEqualTo(FILE);
            assertThat(own.requests()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/trickle", "/silent"})
    void a_slow_server_is_left_at_the_deadline(String path) {
        try (ImageSources sources = local(Map.of("bulwark.fetch.deadline", "300ms"))) {
            long start = System.nanoTime();
            FetchResult result = sources.fetch(location(path));

            assertThat(reason(result)).isEqualTo(Reason.FETCH_TIMEOUT);
            assertThat((System.nanoTime() - start) / 1_000_000).isBetween(250L, 5_000L);
        }
    }

    @Test
    void whenever_the_deadline_falls_it_is_a_timeout_and_never_an_exception() throws IOException {
        FetchLimits limits = FetchLimits.of(settings(at(server.port())));
        VettedDns dns = new VettedDns(InetAddress::getAllByName, new AddressGuard(List.of("127.0.0.1")), 5);
        ScheduledExecutorService canceller = Executors.newSingleThreadScheduledExecutor();
        try (HttpSource source = new HttpSource(
                limits,
                new WebRules(limits),
                dns,
                canceller,
                new BodyReader(limits.maxBytes(), new FetchBudget(limits.memoryBytes(), 0)))) {
            // Each answer of /missing closes its connection, so that each fetch opens one.
            for (int i = 0; i < 200; i++) {
                Deadline deadline = Deadline.after(Duration.ofNanos(i * 20_000L), NanoClock.SYSTEM);
                assertThat(reason(source.fetch(URI.create(server.address("/missing")), deadline)))
                        .isIn(Reason.FETCH_TIMEOUT, Reason.LOCATION_NOT_FOUND);
            }
        } finally {
            canceller.shutdownNow();
        }
    }

    @Test
    void an_endless_body_is_cut_at_the_cap() {
        try (ImageSources sources = local(Map.of("bulwark.fetch.max-bytes", "100000"))) {
            assertThat(reason(sources.fetch(location("/endless")))).isEqualTo(Reason.TOO_LARGE);
        }
    }

    @Test
    void a_server_that_is_not_there_is_a_failed_fetch() throws IOException {
        int port;
        try (WebServer gone = new WebServer(FILE)) {
            port = gone.port();
        }
        try (ImageSources sources = local(Map.of(), port)) {
            FetchResult result = sources.fetch(new ImageLocation("http://127.0.0.1:" + port + "/file", null, null));

            assertThat(reason(result)).isEqualTo(Reason.FETCH_FAILED);
        }
    }

    @Test
    void a_refusal_never_quotes_the_location() {
        try (ImageSources sources = local(Map.of())) {
            for (String path : new String[] {"/missing", "/broken", "/to-metadata", "/to-nothing"}) {
                assertThat(((FetchResult.Refused) sources.fetch(location(path))).detail())
                        .doesNotContain("127.0.0.1")
                        .doesNotContain(path);
            }
        }
    }

    @Test
    void what_the_web_and_a_folder_gave_is_held_in_one_budget_until_it_is_released(@TempDir Path folder)
            throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[3000]);
        try (ImageSources sources = local(Map.of("bulwark.fetch.file-root", folder.toString()))) {
            FetchResult ofWeb = sources.fetch(location("/file"));
            FetchResult ofFolder = sources.fetch(new ImageLocation(file.toUri().toString(), null, null));
            assertThat(sources.memoryBytes()).isEqualTo(FILE.length + 3000);

            assertThat(sources.fetch(location("/file", "0".repeat(64), null))).isInstanceOf(FetchResult.Refused.class);
            assertThat(sources.memoryBytes()).isEqualTo(FILE.length + 3000);

            ofWeb.release();
            ofWeb.release();
            assertThat(sources.memoryBytes()).isEqualTo(3000);
            ofFolder.release();
            assertThat(sources.memoryBytes()).isZero();
        }
    }

    @Test
    void inline_bytes_are_handed_on_without_a_copy_where_they_are_a_whole_array() {
        try (ImageSources sources = local(Map.of())) {
            assertThat(fetched(sources.inline(new InlineImage(ByteBuffer.wrap(FILE))))
                            .bytes())
                    .isSameAs(FILE);
            ByteBuffer part = ByteBuffer.wrap(FILE, 2, 4);
            assertThat(fetched(sources.inline(new InlineImage(part))).bytes()).isEqualTo("file".getBytes());
            assertThat(part.remaining()).isEqualTo(4);
        }
    }

    @Test
    void inline_bytes_beyond_the_cap_are_refused() {
        try (ImageSources sources = local(Map.of("bulwark.fetch.max-bytes", "2000"))) {
            assertThat(reason(sources.inline(new InlineImage(ByteBuffer.wrap(new byte[2001])))))
                    .isEqualTo(Reason.TOO_LARGE);
        }
    }

    private static ImageSources local(Map<String, String> settings) {
        return local(settings, server.port());
    }

    private static ImageSources local(Map<String, String> settings, int port) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(at(port));
        return new ImageSources(
                settings(all),
                NanoClock.SYSTEM,
                host -> host.endsWith(".example")
                        ? new InetAddress[] {InetAddress.getByName("10.0.0.1")}
                        : InetAddress.getAllByName(host));
    }

    /** Allows a server of this machine, beside the web's ports. */
    private static Map<String, String> at(int port) {
        return Map.of("bulwark.fetch.allow", "127.0.0.1", "bulwark.fetch.ports", "80,443," + port);
    }

    private static FetchConfig settings(Map<String, String> settings) {
        return TestConfig.of(settings).fetch();
    }

    private static ImageLocation location(String path) {
        return location(path, null, null);
    }

    private static ImageLocation location(String path, String sha256, Long size) {
        return new ImageLocation(server.address(path), sha256, size);
    }

    private static FetchResult.Fetched fetched(FetchResult result) {
        assertThat(result).isInstanceOf(FetchResult.Fetched.class);
        return (FetchResult.Fetched) result;
    }

    private static Reason reason(FetchResult result) {
        assertThat(result).isInstanceOf(FetchResult.Refused.class);
        return ((FetchResult.Refused) result).reason();
    }
}
