package io.bulwark.lab.audit;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.scaling.ScalingDetector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * CPU time of this thread for decoding a file and making its views, and for the look at it, in turns: medians.
 *
 * @param width of the upload in pixels
 * @param height of the upload in pixels
 * @param prepareMillis decoding and views
 * @param lookMillis the detector, on top
 */
record ScalingCost(int width, int height, double prepareMillis, double lookMillis) {

    /** Measures a synthetic photograph. */
    static ScalingCost of(ImageDecoder decoder, PreprocessSpec spec, int width, int height, int rounds) {
        Preprocessor views = Preprocessor.moderation(spec, ViewPolicy.COVER);
        ScalingDetector detector = new ScalingDetector(spec, SamplingKey.publicKey());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        byte[] file = PreprocessBenchmark.syntheticJpeg(width, height, 2);
        double[] prepare = new double[rounds];
        double[] look = new double[rounds];
        // The first half warms the JIT up.
        for (int i = -rounds; i < rounds; i++) {
            long start = threads.getCurrentThreadCpuTime();
            Decoded picture = (Decoded) decoder.decode(file);
            List<View> seen = views.views(picture);
            long prepared = threads.getCurrentThreadCpuTime();
            detector.inspect(picture, seen);
            long looked = threads.getCurrentThreadCpuTime();
            if (i >= 0) {
                prepare[i] = (prepared - start) / 1e6;
                look[i] = (looked - prepared) / 1e6;
            }
        }
        return new ScalingCost(width, height, median(prepare), median(look));
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%dx%d: %.2f ms of CPU to decode and make views, %.2f ms (%.1f %% of that) for the look",
                width,
                height,
                prepareMillis,
                lookMillis,
                100 * lookMillis / prepareMillis);
    }

    private static double median(double[] values) {
        double[] ascending = values.clone();
        Arrays.sort(ascending);
        return ascending[ascending.length / 2];
    }
}
