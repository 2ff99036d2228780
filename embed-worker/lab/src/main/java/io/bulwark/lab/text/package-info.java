/**
 * Text for CLIP's text tower: cleaning and byte-pair tokens with the ids that open_clip gives. What may enter: steps
 * from text to token ids; no encoder.
 *
 * <pre>{@code
 * ClipTokenizer tokenizer = new ClipTokenizer(ClipVocabulary.read(Path.of("tokenizer.json")));
 * long[] ids = tokenizer.tokenize("a photo of a cat", 77);
 * }</pre>
 *
 * <p>The vocabulary is not part of this library. Users have it as {@code tokenizer.json} beside a published checkpoint,
 * or as CLIP's {@code bpe_simple_vocab_16e6.txt.gz}; both are read.
 *
 * <p>Decided: byte-pair merging in Java instead of Hugging Face's tokenizers through DJL. The pipeline inside
 * {@code tokenizer.json} is not open_clip's: it knows other special tokens ({@code <|startoftext|>} where open_clip
 * splits at {@code <start_of_text>}), and neither HTML entities nor the repairs of ftfy; so everything but the merge
 * loop would be ours anyway, with a second native library in every pod, and the merge loop is a page.
 *
 * <p>Decided: the repairs that ftfy makes are part of the cleaning, because the published checkpoints were trained and
 * evaluated with it installed. {@link io.bulwark.lab.text.TextRepair} does the repairs that change what a person
 * reads (controls, widths, ligatures, quotes, normal form) as ftfy does. Mojibake is recognised by a stricter rule than
 * ftfy's statistics: a run is repaired only where it is a whole UTF-8 sequence read as Windows-1252.
 */
package io.bulwark.lab.text;
