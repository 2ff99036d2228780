/**
 * Encoders made robust, and metrics that agree better with people: adversarial training without labels (FARE) and with
 * them (TeCoA), low-rank adapters on an encoder's matrices (LoRA), and metric heads behind encoders that stay as they
 * are. What may enter: recipes, goals and what takes a step; where pictures come from is {@link
 * io.bulwark.lab.picture}'s.
 *
 * <p>{@link io.bulwark.lab.picture.PictureCache} decodes pictures once, {@link
 * io.bulwark.lab.picture.PictureSet.HeldOutOptions.HeldOutSplit} says which are kept for evaluation, {@link
 * io.bulwark.lab.train.Recipe} says how an encoder is tuned, {@link io.bulwark.lab.train.Trainer} does it, from
 * checkpoint to checkpoint, and {@link io.bulwark.lab.train.Checkpoint.Trained} becomes a model package that knows its
 * parent, pictures and recipe.
 *
 * <pre>{@code
 * try (PictureCache pictures = PictureCache.open(files, settings, folder, watch);
 *         Trainer trainer = new Trainer(parent, parent, recipe, recipe::fare, pictures, setup)) {
 *     parent.save(trainer.run(System.out::println).model("mine", ElementType.F16), out);
 * }
 * }</pre>
 *
 * <p>A {@link io.bulwark.lab.train.TrainingGoal} is what a training lowers; {@link
 * io.bulwark.lab.train.ClassPrototypes} makes TeCoA's. {@link io.bulwark.lab.train.HeadCommand.HeadTraining} and
 * {@link io.bulwark.lab.train.LoraCommand.LoraTraining} learn from triplets that people answered, as a {@link
 * io.bulwark.lab.train.TripletDescent.TripletRecipe} says: the one a head, the other {@link
 * io.bulwark.lab.train.Adapters.Lora}'s adapters, of which the merged weights are what remains.
 *
 * <p>Decided, and why:
 *
 * <ul>
 *   <li>Weights and optimiser are plain arrays; libtorch computes passes alone. A checkpoint is then all there is, and
 *       AdamW costs a hundredth of a step.
 *   <li>Each thread has its own encoders and one thread per operation. On two cores that others use as well, two
 *       threads within an operation wait for each other: 40 pictures a second against 60. Gradients are added in the
 *       order of shards, so the result does not depend on who is first.
 *   <li>Shards of 16 pictures at 128 px are the fastest on the machine where this was written (32: 0.8 of it, 8: 0.75),
 *       for their activations stay in the cache. bf16 was no faster and is not used.
 *   <li>The program runs as written: TorchScript's optimiser copies what is written in place, and its first calls
 *       differ from later ones, which would break an exact resume.
 *   <li>The FARE code takes its first step at the full rate. On a trained encoder that step undoes more than hundreds
 *       of others mend, so the warm-up here begins with the first.
 *   <li>Clip gradients: without a bound one batch in some hundreds threw the clean cosine back by 0.1.
 *   <li>TeCoA's prototypes are fixed: texts, class means of the parent, or the corners of a simplex. Learnt ones would
 *       end near that simplex, and would be weights that no package has a place for.
 *   <li>CLIP's scale of 100 is for encoders whose cosines differ by a few hundredths. One that is trained from nothing
 *       drives them apart; with 100 the softmax is then at its end, and the inner attack finds no slope. Take 6 to 12.
 *   <li>A transformer that has learnt nothing is trained on pictures as they are first: perturbed from the start it
 *       stayed at chance for long.
 *   <li>Mixup mixes pixels alone, and the parent answers for the mixed picture. A goal that reads labels would need
 *       shares of two of them, which no goal here takes: refused.
 *   <li>Free gradients carry a perturbation through the steps that learn one batch, not on to the next as in the paper:
 *       it would have to be in each checkpoint, as large as a batch of pictures.
 *   <li>{@code --published} is a preset and refuses the options that it decides: a training that is called published and
 *       is another would be worse than a long command.
 *   <li>Adapters learn without dropout. They are merged into the weights before each pass, so that programs know
 *       nothing of them; dropout acts on an adapter's input alone, which no merged weight can tell.
 *   <li>When to stop early is decided by pictures that are kept from training by their file's name, with the squares
 *       and attacks of every look the same: a stopped training that goes on stops at the same step.
 * </ul>
 *
 * <p>{@code bulwark train} has the commands: pictures from folders, or triplets that people answered, a recipe from
 * options, a model package or a head at the end.
 */
package io.bulwark.lab.train;
