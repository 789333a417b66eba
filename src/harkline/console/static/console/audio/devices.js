// Which microphone and loudspeaker; the choice is kept in this browser.

const KEEP = { audioinput: "harkline.microphone", audiooutput: "harkline.loudspeaker" };

export const chosen = (kind) => localStorage.getItem(KEEP[kind]) ?? "";

/** Fill a list with the devices of a kind, and call `use(deviceId)` on a choice. Names are known once the microphone is allowed. */
export async function offer(select, kind, use) {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
  select.replaceChildren(
    ...devices.map((device, number) => {
      const option = document.createElement("option");
      option.value = device.deviceId;
      option.textContent = device.label || `${number + 1}`;
      option.selected = device.deviceId === chosen(kind);
      return option;
    }),
  );
  select.disabled = devices.length < 2;
  select.onchange = () => {
    localStorage.setItem(KEEP[kind], select.value);
    use(select.value);
  };
}
