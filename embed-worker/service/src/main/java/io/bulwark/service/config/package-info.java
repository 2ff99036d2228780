/**
 * The worker's settings: one typed mapping, checked whole at start.
 *
 * <p>A setting exists only if {@link io.bulwark.service.config.WorkerConfig} has a method for it: SmallRye refuses a
 * key under the prefix that maps to none. {@link io.bulwark.service.config.ConfigCheck} stops the start with one
 * message that names every key out of range, what was found and what is allowed. The table of settings is made from the
 * same methods and their javadoc, and a test holds the two together.
 */
package io.bulwark.service.config;
