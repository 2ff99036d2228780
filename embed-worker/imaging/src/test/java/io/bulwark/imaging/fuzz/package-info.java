/**
 * Coverage-guided fuzzing of the decoders by Jazzer, ten minutes a format:
 *
 * <pre>{@code mvn -Pfuzz -pl embed-worker/imaging -am process-test-classes -Dfuzz.format=gif -Dfuzz.seconds=600}</pre>
 *
 * <p>Formats are {@code jpeg}, {@code png}, {@code gif}, {@code webp} and {@code heif}. Of the last the command is left
 * out, which would take all the time: fuzzed are our reading of the boxes and of what the command writes, which is in
 * the input behind the file, from the first PNG signature on. What is found lies under
 * {@code target/fuzz/<format>}; it goes into {@link io.bulwark.imaging.hostile.HostileCorpus} as one more file, made by
 * code. The build itself runs a small version, {@code DecoderFuzzTest}.
 */
package io.bulwark.imaging.fuzz;
