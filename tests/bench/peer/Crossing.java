/** One milestone that an event has crossed: the step, and how the metric moved. `missing` is what the next step lacks. */
record Crossing(Ladder ladder, int step, Number before, Number value, int next, Number missing) {}
