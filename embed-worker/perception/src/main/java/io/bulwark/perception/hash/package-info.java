/**
 * Known content by its hash: SHA-256, SHA-1 and MD5 find the same file, PDQ the same picture after recompression,
 * resizing and small edits. Hash lists are how industry shares what was found before (NCMEC, StopNCII, Tech Against
 * Terrorism, GIFCT).
 *
 * <p>What may enter: hashes, their lists and the search in these. Nothing that decides what a find means.
 *
 * <pre>{@code
 * List<ListedHash> entries = new ArrayList<>();
 * try (Reader csv = Files.newBufferedReader(path)) {
 *     CsvHashList.read(csv, "csam", entries::add);
 * }
 * HashList list = HashList.of(entries);
 * Optional<ListedFile> same = list.find(Sha256.digest(file));
 * Optional<PictureMatch> alike = list.nearest(PdqHasher.variants(frame), MatchRule.recommended());
 * }</pre>
 */
package io.bulwark.perception.hash;
