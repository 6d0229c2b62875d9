"""The reaction of the demo: what `cairn run reactions --with reaction` runs in the directory of this file."""

from stream.reactions import App, MilestoneCrossed, Records

app = App("tell-sales", begin="earliest")  # it starts beside the tracker, and is to hear of the first milestone too


@app.agent(app.milestone_crossed)
async def tell(crossings: Records[MilestoneCrossed]) -> None:
    """Tell it."""
    async for crossing in crossings:
        print(f"handled {crossing.id}: {crossing.contact_id} reached {crossing.milestone}", flush=True)
