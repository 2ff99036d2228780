/**
 * Data sets that encoders are evaluated on, as they lie on disk, and sets made of one's own pictures for those who have
 * none of them.
 *
 * <p>What may enter: layouts of published data sets, read and checked, and generated sets with a seed. No encoder and
 * no metric's arithmetic. One's own pictures are divided as the trainer divides them ({@link
 * io.bulwark.lab.data.HeldOutPictures}). A file that is not as its layout asks is a {@link
 * io.bulwark.lab.data.DataLayoutException} that names it; nothing is skipped, for a number over the
 * pictures that happened to be readable is a number of another data set.
 *
 * <pre>{@code
 * List<Triplet> people = NightsLayout.read(Path.of("nights"), Split.TEST_IMAGENET);
 * List<Triplet> own = GeneratedTriplets.of(pictures, 7);
 * RetrievalSet landmarks = OxfordLayout.read(Path.of("roxford5k"));
 * byte[] pixels = new PictureReader(spec).pixels(people.get(0).reference());
 * }</pre>
 */
package io.bulwark.lab.data;
