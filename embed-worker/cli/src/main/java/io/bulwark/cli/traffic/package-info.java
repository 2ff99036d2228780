/**
 * Uploads in, verdicts out: a plain producer and a plain read_committed subscriber over the contracts of the schemas
 * module, as any service around Bulwark would write them. Nothing that decides about images enters here.
 *
 * <pre>{@code
 * try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(broker); ImageUploader uploads = new ImageUploader(broker)) {
 *     String id = uploads.send(Path.of("cat.jpg"), "account-12").imageId();
 *     List<Verdict> answers = verdicts.poll(Duration.ofSeconds(1));
 * }
 * }</pre>
 */
package io.bulwark.cli.traffic;
