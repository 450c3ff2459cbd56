// Uploads of a signed link: each chosen file goes out at once, one after the other.

const section = document.getElementById("upload");
const list = document.getElementById("uploaded");
const input = document.getElementById("files");

async function send(file, line) {
  if (file.size > Number(section.dataset.max)) {
    line.textContent = `${file.name}: 너무 큽니다.`;
    return;
  }
  const response = await fetch(`${section.dataset.to}?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "X-CSRF-Token": section.dataset.csrf, "Content-Type": "application/octet-stream" },
    body: file,
  });
  const answer = await response.json();
  line.textContent = response.status === 201
    ? `${answer.file.name}: 올렸습니다.`
    : `${file.name}: ${answer.error.message} ${answer.error.remedy}`;
}

input.addEventListener("change", async () => {
  const chosen = [...input.files];
  input.disabled = true;
  for (const file of chosen) {
    const line = document.createElement("li");
    line.textContent = `${file.name}: 올리는 중`;
    list.append(line);
    try {
      await send(file, line);
    } catch {
      line.textContent = `${file.name}: 연결이 끊겼습니다. 다시 올려 주세요.`;
    }
  }
  input.value = "";
  input.disabled = false;
});
