/**
 * Proof of exactness: a folder of numbers that the field's original Python code gave, and a runner that holds this
 * library to them. What may enter: one check for each kind of case.
 *
 * <p>The folder has a {@code manifest.json}: cases, each with a kind, files, a configuration and tolerances, and an
 * index of all files with size and SHA-256. A kind has one check here; a kind without one, or one whose inputs are not
 * there, is skipped and says why, so that a passing run never claims what it did not compare.
 *
 * <pre>{@code
 * GoldenManifest manifest = GoldenManifest.read(folder);
 * new GoldenRunner(manifest, EncoderOptions.defaults(), Optional.empty()).run(System.out::println);
 * }</pre>
 *
 * <p>{@code mvn -Dtest=GoldenRunnerTest -Dbulwark.golden=FOLDER test} runs a set that lies elsewhere, with {@code
 * -Dbulwark.golden.vocabulary=FILE} where its tokenizer has no vocabulary beside it.
 *
 * <p>Published checkpoints are imported into a temporary folder first, as {@code bulwark model import-pt} does.
 *
 * <p>What originals decode otherwise than we do is compared from their decoded pixels: JPEG, WebP, CMYK. Our own
 * decoder is compared too where the format is lossless, and for JPEG within two levels.
 */
package io.bulwark.lab.golden;
