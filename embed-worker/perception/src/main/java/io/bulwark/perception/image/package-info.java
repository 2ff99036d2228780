/** Files of unknown origin to pictures, or a typed refusal. */
package io.bulwark.perception.image;
