package io.bulwark.stream.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What Coop posts for an action. What else it says is left out.
 *
 * @param actorEmail whoever took the action; null where a rule did
 * @param actorNote what they noted; may be null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record CoopAction(Item item, Action action, String actorEmail, String actorNote) {

    /**
     * The item that the action is about.
     *
     * @param id as we named it
     * @param typeId Coop's id of its type
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Item(String id, String typeId) {}

    /**
     * The action.
     *
     * @param id Coop's
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Action(String id) {}
}
