package io.bulwark.imaging.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.parity.Chromium.Shown;
import io.bulwark.imaging.parity.ParityFile.Expected;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Opens files of all formats and tricks in Chromium and holds what we decode to what it shows, over white and over
 * black. The files lie in {@code target/browser/files} afterwards, and the result of each in {@code parity.txt} beside
 * them. Skipped where there is no Chromium or no Node.js.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrowserParityTest {

    /** The result of each file, for people. */
    private static final Path REPORT = Path.of("target", "browser", "parity.txt");

    private static final List<ParityFile> FILES = Stream.of(
                    PngFiles.all(),
                    PngColourFiles.all(),
                    ApngFiles.all(),
                    AvifFiles.all(),
                    GifFiles.all(),
                    JpegFiles.all(),
                    JpegColourFiles.all(),
                    WebpFiles.all())
            .flatMap(List::stream)
            .toList();

    private static List<Comparison> compared;

    @BeforeAll
    static void openTheFilesInChromiumAndDecodeThem() throws Exception {
        Map<String, Shown> shown = Chromium.show(FILES);
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        compared = FILES.stream()
                .map(file -> new Comparison(file, shown.get(file.name()), decoder.decode(file.file())))
                .toList();
        Files.writeString(REPORT, compared.stream().map(BrowserParityTest::line).collect(Collectors.joining()));
    }

    @Test
    void theFilesAreOfAllFormatsAndMostlyShown() {
        assertThat(FILES).extracting(ParityFile::name).doesNotHaveDuplicates();
        assertThat(FILES.stream().filter(file -> file.expected() == Expected.SAME_PICTURE))
                .hasSizeGreaterThan(120)
                .extracting(ParityFile::mediaType)
                .contains("image/png", "image/jpeg", "image/gif", "image/webp");
    }

    @TestFactory
    Stream<DynamicTest> whatIsJudgedIsWhatChromiumShows() {
        return compared.stream()
                .map(comparison -> DynamicTest.dynamicTest(
                        comparison.file().name(),
                        () -> assertThat(comparison.fault().map(fault -> line(comparison)))
                                .isEmpty()));
    }

    private static String line(Comparison comparison) {
        String fault = comparison.fault().map(wrong -> " WRONG " + wrong + ";").orElse("");
        return "%s %s%s %s%n"
                .formatted(comparison.file().name(), comparison.file().expected(), fault, comparison);
    }
}
