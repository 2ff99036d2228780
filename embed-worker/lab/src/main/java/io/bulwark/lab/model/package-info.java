/**
 * Models on the command line: what a package is, whether it answers as the original does, and what it says of
 * pictures. What may enter: commands about one model package; what they share with others is {@link
 * io.bulwark.cli.options}'s.
 *
 * <pre>{@code
 * bulwark model inspect hf://owner/name
 * bulwark model import-pt vit-b-16-fare-eps4.pt --config open_clip_config.json vit-b-16-fare
 * bulwark model import-tfjs package/dist/models/inception_v3 nsfwjs-inception-v3
 * bulwark model golden ../golden --vocabulary bpe_simple_vocab_16e6.txt.gz
 * bulwark similarity a.jpg b.jpg --model checkpoints/fare4-vit-b-32
 * }</pre>
 */
package io.bulwark.lab.model;
