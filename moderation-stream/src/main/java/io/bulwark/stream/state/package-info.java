/**
 * What the stores have in common: their names, their keys with the tenant first, and the index by age with which
 * everything expires, and the clock as of which it does. Nothing here knows what is stored.
 */
package io.bulwark.stream.state;
