package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.hostile.HostileCorpus;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Known hostile files are answered for what they are; the process is there for unknown ones. */
@Timeout(300)
class HostileCorpusTest {

    @Test
    void knownHostileFilesKillNoProcess() {
        ReaderSettings settings = new ReaderSettings(
                DecodeLimits.standard().withMemoryBytes(200 << 20),
                JpegReduction.none(),
                HeifCommand.onThisMachine(),
                PreprocessSpec.unit(128, Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard(),
                true);
        List<String> deaths = new ArrayList<>();
        Map<String, String> lost = new TreeMap<>();
        ProcessLimits limits = ProcessLimits.of(1, settings.limits(), 8 << 20, Duration.ofSeconds(20));
        Map<String, Supplier<byte[]>> files = HostileCorpus.files();
        try (DecoderPool pool = new DecoderPool(settings, limits, deaths::add)) {
            pool.start();
            files.forEach((name, file) -> {
                PictureRead read = pool.read(file.get(), true);
                if (!(read instanceof PictureRead.Seen) && !(read instanceof PictureRead.Refused)) {
                    lost.put(name, read.toString());
                }
            });
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(60);
        assertThat(lost).isEmpty();
        assertThat(deaths).isEmpty();
    }
}
