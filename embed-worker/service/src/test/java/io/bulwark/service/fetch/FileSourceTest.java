package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Reason;
import io.bulwark.service.fetch.BodyReader.FetchBudget;
import io.bulwark.service.fetch.ImageSources.FileSource;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

    @TempDir
    Path folder;

    private Path root;
    private FileSource source;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        source = new FileSource(Optional.of(root), new BodyReader(1000, new FetchBudget(2000, 2000)));
    }

    @Test
    void a_file_under_the_root_is_read() throws IOException {
        Path file = Files.write(Files.createDirectory(root.resolve("sub")).resolve("a b.png"), new byte[] {1, 2, 3});

        assertThat(((FetchResult.Fetched) fetch(file.toUri())).bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void a_file_outside_the_root_is_forbidden_whether_it_exists_or_not() throws IOException {
        Path outside = Files.write(folder.resolve("outside"), new byte[] {1});

        assertThat(reason(outside.toUri())).isEqualTo(Reason.LOCATION_FORBIDDEN);
        assertThat(reason(folder.resolve("nowhere").toUri())).isEqualTo(Reason.LOCATION_FORBIDDEN);
    }

    @Test
    void dots_do_not_lead_out_of_the_root() throws IOException {
        Files.write(folder.resolve("outside"), new byte[] {1});

        assertThat(reason(URI.create("file://" + root + "/../outside"))).isEqualTo(Reason.LOCATION_FORBIDDEN);
        assertThat(reason(URI.create("file://" + root + "/%2e%2e/outside"))).isEqualTo(Reason.LOCATION_FORBIDDEN);
    }

    @Test
    void a_symbolic_link_does_not_lead_out_of_the_root() throws IOException {
        Path outside = Files.write(folder.resolve("outside"), new byte[] {1});
        Path link = Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("folder"), folder);

        assertThat(reason(link.toUri())).isEqualTo(Reason.LOCATION_FORBIDDEN);
        assertThat(reason(URI.create("file://" + root + "/folder/outside"))).isEqualTo(Reason.LOCATION_FORBIDDEN);
    }

    @Test
    void a_symbolic_link_within_the_root_is_followed() throws IOException {
        Path file = Files.write(root.resolve("file"), new byte[] {7});
        Path link = Files.createSymbolicLink(root.resolve("link"), file);

        assertThat(fetch(link.toUri())).isInstanceOf(FetchResult.Fetched.class);
    }

    @Test
    void a_folder_that_merely_begins_like_the_root_is_outside() throws IOException {
        Path sibling = Files.createDirectory(folder.resolve("root-2"));
        Path file = Files.write(sibling.resolve("file"), new byte[] {1});

        assertThat(reason(file.toUri())).isEqualTo(Reason.LOCATION_FORBIDDEN);
    }

    @Test
    void what_is_missing_a_folder_or_too_large_is_refused_with_its_reason() throws IOException {
        Path large = Files.write(root.resolve("large"), new byte[1001]);

        assertThat(reason(root.resolve("missing").toUri())).isEqualTo(Reason.LOCATION_NOT_FOUND);
        assertThat(reason(root.toUri())).isEqualTo(Reason.LOCATION_FORBIDDEN);
        assertThat(reason(large.toUri())).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void another_machine_s_file_is_forbidden() {
        assertThat(reason(URI.create("file://server" + root + "/file"))).isEqualTo(Reason.LOCATION_FORBIDDEN);
    }

    @Test
    void without_a_root_every_file_is_forbidden_and_the_setting_is_named() throws IOException {
        Path file = Files.write(root.resolve("file"), new byte[] {1});
        FetchResult result = new FileSource(Optional.empty(), new BodyReader(1000, new FetchBudget(2000, 2000)))
                .fetch(file.toUri(), deadline());

        assertThat(((FetchResult.Refused) result).detail()).contains("bulwark.fetch.file-root");
    }

    private FetchResult fetch(URI uri) {
        return source.fetch(uri, deadline());
    }

    private Reason reason(URI uri) {
        return ((FetchResult.Refused) fetch(uri)).reason();
    }

    private static Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(10), NanoClock.SYSTEM);
    }
}
